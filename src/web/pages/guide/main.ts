import '../../styles.css';
import { createApp } from 'vue';
import GuidePage from './GuidePage.vue';

createApp(GuidePage).mount('#app');
