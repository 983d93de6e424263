import '../../styles.css';
import { createApp } from 'vue';
import HomePage from './HomePage.vue';

createApp(HomePage).mount('#app');
