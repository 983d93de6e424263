import '../../../web/styles.css';
import { createApp } from 'vue';
import ContainersPage from './ContainersPage.vue';

createApp(ContainersPage).mount('#app');
